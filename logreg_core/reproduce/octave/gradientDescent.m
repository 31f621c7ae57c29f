function theta = gradientDescent(cost, theta, alpha)
% GRADIENTDESCENT  Cauchy 1847.
%   cost   theta -> [J, gradient]
%   alpha  the learning rate of each iteration
  for t = 1:length(alpha)
    [~, grad] = cost(theta);
    theta = theta - alpha(t) * grad;
  end
end
