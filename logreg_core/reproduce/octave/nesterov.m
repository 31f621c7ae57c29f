function theta = nesterov(cost, theta, alpha, mu)
% NESTEROV  Momentum that takes the gradient where it is about to be (Nesterov 1983).
%   cost   theta -> [J, gradient]
%   alpha  the learning rate of each iteration
%   mu     the fraction of the last step that is kept
  velocity = zeros(size(theta));
  for t = 1:length(alpha)
    [~, grad] = cost(theta + mu * velocity);
    velocity = mu * velocity - alpha(t) * grad;
    theta = theta + velocity;
  end
end
