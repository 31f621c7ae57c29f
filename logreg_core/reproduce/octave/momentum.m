function theta = momentum(cost, theta, alpha, mu)
% MOMENTUM  Gradient descent with momentum (Polyak 1964).
%   cost   theta -> [J, gradient]
%   alpha  the learning rate of each iteration
%   mu     the fraction of the last step that is kept
  velocity = zeros(size(theta));
  for t = 1:length(alpha)
    [~, grad] = cost(theta);
    velocity = mu * velocity - alpha(t) * grad;
    theta = theta + velocity;
  end
end
